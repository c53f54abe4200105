//! Barriers, fences, atomics, votes and mbarriers (PTX ISA 8.5, section 9.7.12).

use super::{Entry, entry, f};

const SYNC: &str = "9.7.12 Parallel synchronization and communication";
const MBAR: &str = "9.7.12 mbarrier";
const CLC: &str = "9.7.12 Cluster launch control (PTX ISA 8.6)";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "bar",
        SYNC,
        "Waits at, or arrives at, a numbered barrier of the block.",
        &[
            f(10, 0, "bar{.cta}.sync a{, b}"),
            f(20, 20, "bar{.cta}.arrive a, b"),
            f(20, 20, "bar{.cta}.red.popc.u32 d, a{, b}, {!}c"),
            f(20, 20, "bar{.cta}.red.op.pred p, a{, b}, {!}c; .op = {.and,.or}"),
            f(60, 30, "bar.warp.sync membermask"),
        ],
    ),
    entry(
        "barrier",
        SYNC,
        "Waits at, or arrives at, a numbered barrier; without `.aligned` lanes may come apart.",
        &[
            f(60, 30, "barrier{.cta}.sync{.aligned} a{, b}"),
            f(60, 30, "barrier{.cta}.arrive{.aligned} a, b"),
            f(60, 30, "barrier{.cta}.red.popc{.aligned}.u32 d, a{, b}, {!}c"),
            f(60, 30, "barrier{.cta}.red.op{.aligned}.pred p, a{, b}, {!}c; .op = {.and,.or}"),
            f(78, 90, "barrier.cluster.arrive{.sem}{.aligned}; .sem = {.release,.relaxed}"),
            f(78, 90, "barrier.cluster.wait{.acquire}{.aligned}"),
        ],
    ),
    entry(
        "membar",
        SYNC,
        "Orders memory accesses of the thread.",
        &[
            f(14, 0, "membar.level; .level = {.cta,.gl,.sys}"),
            f(75, 60, "membar.proxy.kind; .kind = {.alias,.async}"),
        ],
    ),
    entry(
        "fence",
        SYNC,
        "Orders memory accesses of the thread, at a scope and of a strength.",
        &[
            f(
                60,
                70,
                "fence{.sem}.scope; .sem = {.sc,.acq_rel,.acquire,.release}; .scope = {.cta,.cluster,.gpu,.sys}",
            ),
            f(86, 90, "fence.acquire.sync_restrict::shared::cluster.cluster"),
            f(86, 90, "fence.release.sync_restrict::shared::cta.cluster"),
            f(80, 90, "fence.mbarrier_init.release.cluster"),
            f(
                75,
                70,
                "fence.proxy.kind; .kind = {.alias,.async,.async.global,.async.shared::cta,.async.shared::cluster}",
            ),
            f(0, 0, "fence.proxy.alias.sem.sys; .sem = {.acquire,.release}"),
            f(83, 90, "fence.proxy.tensormap::generic.release.scope; .scope = {.cta,.cluster,.gpu,.sys}"),
            f(
                83,
                90,
                "fence.proxy.tensormap::generic.acquire.scope [addr], size; .scope = {.cta,.cluster,.gpu,.sys}",
            ),
            f(86, 90, "fence.proxy.async::generic.acquire.sync_restrict::shared::cluster.cluster"),
            f(86, 90, "fence.proxy.async::generic.release.sync_restrict::shared::cta.cluster"),
        ],
    ),
    entry(
        "atom",
        SYNC,
        "Reads, changes and writes memory as one step; gives the old value.",
        &[
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.op{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.and,.or,.xor}; .hint = {.L2::cache_hint}; .type = {.b32,.b64}",
            ),
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.exch{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .hint = {.L2::cache_hint}; .type = {.b32,.b64,.b128}",
            ),
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.cas{.hint}.type d, [a], b, c{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .hint = {.L2::cache_hint}; .type = {.b16,.b32,.b64,.b128}",
            ),
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.op{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.inc,.dec}; .hint = {.L2::cache_hint}; .type = {.u32}",
            ),
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.op{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.min,.max}; .hint = {.L2::cache_hint}; .type = {.u32,.s32,.u64,.s64}",
            ),
            f(
                11,
                11,
                "atom{.sem}{.scope}{.ss}.add{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .hint = {.L2::cache_hint}; .type = {.u32,.s32,.u64,.s64,.f32,.f64}",
            ),
            f(
                63,
                70,
                "atom{.sem}{.scope}{.ss}.op.noftz{.hint}.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.add}; .hint = {.L2::cache_hint}; .type = {.f16,.f16x2,.bf16,.bf16x2}",
            ),
            f(
                81,
                90,
                "atom{.sem}{.scope}{.global}.add{.hint}.vec.f32 d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4}",
            ),
            f(
                81,
                90,
                "atom{.sem}{.scope}{.global}.op.noftz{.hint}.vec.type d, [a], b{, policy}; .sem = {.relaxed,.acquire,.release,.acq_rel}; .scope = {.cta,.cluster,.gpu,.sys}; .op = {.add,.min,.max}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4,.v8}; .type = {.f16,.bf16,.f16x2,.bf16x2}",
            ),
        ],
    ),
    entry(
        "red",
        SYNC,
        "Changes memory as one step, without a result.",
        &[
            f(
                12,
                11,
                "red{.sem}{.scope}{.ss}.op{.hint}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.and,.or,.xor}; .hint = {.L2::cache_hint}; .type = {.b32,.b64}",
            ),
            f(
                12,
                11,
                "red{.sem}{.scope}{.ss}.op{.hint}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.inc,.dec}; .hint = {.L2::cache_hint}; .type = {.u32}",
            ),
            f(
                12,
                11,
                "red{.sem}{.scope}{.ss}.op{.hint}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .op = {.min,.max}; .hint = {.L2::cache_hint}; .type = {.u32,.s32,.u64,.s64}",
            ),
            f(
                12,
                11,
                "red{.sem}{.scope}{.ss}.add{.hint}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .hint = {.L2::cache_hint}; .type = {.u32,.s32,.u64,.s64,.f32,.f64}",
            ),
            f(
                62,
                60,
                "red{.sem}{.scope}{.ss}.add.noftz{.hint}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .hint = {.L2::cache_hint}; .type = {.f16,.f16x2,.bf16,.bf16x2}",
            ),
            f(
                81,
                90,
                "red{.sem}{.scope}{.global}.add{.hint}.vec.f32 [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4}",
            ),
            f(
                81,
                90,
                "red{.sem}{.scope}{.global}.op.noftz{.hint}.vec.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .op = {.add,.min,.max}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4,.v8}; .type = {.f16,.bf16,.f16x2,.bf16x2}",
            ),
            f(
                81,
                90,
                "red.async{.sem}{.scope}{.ss}.mbarrier::complete_tx::bytes.op.type [a], b, [mbar]; .sem = {.relaxed}; .scope = {.cluster}; .ss = {.shared::cluster}; .op = {.inc,.dec,.min,.max,.and,.or,.xor,.add}; .type = {.u32,.s32,.b32,.u64}",
            ),
        ],
    ),
    entry(
        "vote",
        SYNC,
        "What the lanes of a warp say of a predicate.",
        &[
            f(60, 30, "vote.sync.mode.pred d, {!}a, membermask; .mode = {.all,.any,.uni}"),
            f(60, 30, "vote.sync.ballot.b32 d, {!}a, membermask"),
            f(12, 12, "vote.mode.pred d, {!}a; .mode = {.all,.any,.uni}"),
            f(20, 20, "vote.ballot.b32 d, {!}a"),
        ],
    ),
    entry(
        "match",
        SYNC,
        "Which lanes hold the same value.",
        &[
            f(60, 70, "match.any.sync.type d, a, membermask; .type = {.b32,.b64}"),
            f(60, 70, "match.all.sync.type d{|p}, a, membermask; .type = {.b32,.b64}"),
        ],
    ),
    entry("activemask", SYNC, "Which lanes are active here.", &[f(62, 30, "activemask.b32 d")]),
    entry(
        "redux",
        SYNC,
        "Reduces a value over the lanes of a warp.",
        &[
            f(70, 80, "redux.sync.op.type d, a, membermask; .op = {.add,.min,.max}; .type = {.u32,.s32}"),
            f(70, 80, "redux.sync.op.b32 d, a, membermask; .op = {.and,.or,.xor}"),
            f(86, 100, "redux.sync.op{.abs}{.NaN}.f32 d, a, membermask; .op = {.min,.max}"),
        ],
    ),
    entry(
        "griddepcontrol",
        SYNC,
        "Lets dependent grids start, or waits for the grids this one depends on.",
        &[f(78, 90, "griddepcontrol.action; .action = {.launch_dependents,.wait}")],
    ),
    entry(
        "elect",
        SYNC,
        "Picks one lane of the mask; its predicate is true.",
        &[f(80, 90, "elect.sync d|p, membermask")],
    ),
    entry(
        "mbarrier",
        MBAR,
        "Operates on a barrier object in shared memory.",
        &[
            f(70, 80, "mbarrier.init{.ss}.b64 [addr], count; .ss = {.shared,.shared::cta}"),
            f(70, 80, "mbarrier.inval{.ss}.b64 [addr]; .ss = {.shared,.shared::cta}"),
            f(
                80,
                90,
                "mbarrier.op{.sem}{.scope}{.ss}.b64 [addr], txCount; .op = {.expect_tx,.complete_tx}; .sem = {.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta,.shared::cluster}",
            ),
            f(
                70,
                80,
                "mbarrier.op{.sem}{.scope}{.ss}.b64 state, [addr]{, count}; .op = {.arrive,.arrive_drop}; .sem = {.release,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta,.shared::cluster}",
            ),
            f(
                80,
                90,
                "mbarrier.op{.sem}{.scope}{.ss}.b64 [addr]{, count}; .op = {.arrive,.arrive_drop}; .sem = {.release,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared::cluster}",
            ),
            f(
                80,
                90,
                "mbarrier.op.expect_tx{.sem}{.scope}{.ss}.b64 state, [addr], txCount; .op = {.arrive,.arrive_drop}; .sem = {.release,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta,.shared::cluster}",
            ),
            f(
                80,
                90,
                "mbarrier.op.expect_tx{.sem}{.scope}{.ss}.b64 [addr], txCount; .op = {.arrive,.arrive_drop}; .sem = {.release,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared::cluster}",
            ),
            f(
                70,
                80,
                "mbarrier.op.noComplete{.sem}{.scope}{.ss}.b64 state, [addr], count; .op = {.arrive,.arrive_drop}; .sem = {.release}; .scope = {.cta}; .ss = {.shared,.shared::cta}",
            ),
            f(
                70,
                80,
                "mbarrier.test_wait{.sem}{.scope}{.ss}.b64 p, [addr], state; .sem = {.acquire,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta}",
            ),
            f(
                71,
                80,
                "mbarrier.test_wait.parity{.sem}{.scope}{.ss}.b64 p, [addr], phase; .sem = {.acquire,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta}",
            ),
            f(
                78,
                90,
                "mbarrier.try_wait{.sem}{.scope}{.ss}.b64 p, [addr], state{, time}; .sem = {.acquire,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta}",
            ),
            f(
                78,
                90,
                "mbarrier.try_wait.parity{.sem}{.scope}{.ss}.b64 p, [addr], phase{, time}; .sem = {.acquire,.relaxed}; .scope = {.cta,.cluster}; .ss = {.shared,.shared::cta}",
            ),
            f(70, 80, "mbarrier.pending_count.b64 count, state"),
        ],
    ),
    entry(
        "clusterlaunchcontrol",
        CLC,
        "Takes over the work of a cluster that has not begun.",
        &[
            f(
                86,
                100,
                "clusterlaunchcontrol.try_cancel.async{.shared::cta}.mbarrier::complete_tx::bytes{.multicast::cluster::all}.b128 [addr], [mbar]",
            ),
            f(86, 100, "clusterlaunchcontrol.query_cancel.is_canceled.pred.b128 p, handle"),
            f(86, 100, "clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128 d, handle"),
            f(
                86,
                100,
                "clusterlaunchcontrol.query_cancel.first.b32.b128 d, handle; .first = {.get_first_ctaid::x,.get_first_ctaid::y,.get_first_ctaid::z}",
            ),
        ],
    ),
];
