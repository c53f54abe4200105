// `cuda::barrier` and `cuda::pipeline`: copies in stages by one thread, by a block, and by some of its threads for others.
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cstdio>
#include <cuda/barrier>
#include <cuda/pipeline>

namespace cg = cooperative_groups;

constexpr unsigned threads = 128, rounds = 9, stages = 3;

__global__ void by_one_thread(const float4 *in, float4 *out) {
  __shared__ float4 room[threads];
  cuda::pipeline<cuda::thread_scope_thread> pipe = cuda::make_pipeline();
  pipe.producer_acquire();
  cuda::memcpy_async(&room[threadIdx.x], &in[threadIdx.x], cuda::aligned_size_t<16>(sizeof(float4)), pipe);
  pipe.producer_commit();
  cuda::pipeline_consumer_wait_prior<0>(pipe);
  __syncthreads();
  out[threadIdx.x] = room[threads - 1 - threadIdx.x];
}

__global__ void by_a_barrier(const int *in, int *out) {
  __shared__ int room[threads];
  __shared__ cuda::barrier<cuda::thread_scope_block> barrier;
  auto block = cg::this_thread_block();
  if (block.thread_rank() == 0) {
    init(&barrier, threads);
  }
  block.sync();
  cuda::memcpy_async(block, room, in, sizeof(room), barrier);
  barrier.arrive_and_wait();
  out[threadIdx.x] = room[threads - 1 - threadIdx.x];
}

// Each round is one stage: its numbers are added up after they came.
template <int Producers> __global__ void by_a_block(const int *in, int *out) {
  __shared__ int room[stages][threads];
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, stages> state;
  auto block = cg::this_thread_block();
  int sum = 0;
  if constexpr (Producers == 0) {
    auto pipe = cuda::make_pipeline(block, &state);
    unsigned next = 0;
    for (unsigned round = 0; round < rounds; round++) {
      for (; next < rounds && next < round + stages; next++) {
        pipe.producer_acquire();
        cuda::memcpy_async(block, room[next % stages], in + next * threads, sizeof(room[0]), pipe);
        pipe.producer_commit();
      }
      pipe.consumer_wait();
      sum += room[round % stages][threads - 1 - threadIdx.x] * (int)(round + 1);
      pipe.consumer_release();
    }
  } else {
    auto role = threadIdx.x < Producers ? cuda::pipeline_role::producer : cuda::pipeline_role::consumer;
    auto pipe = cuda::make_pipeline(block, &state, role);
    for (unsigned round = 0; round < rounds; round++) {
      if (role == cuda::pipeline_role::producer) {
        pipe.producer_acquire();
        for (unsigned i = threadIdx.x; i < threads; i += Producers) {
          cuda::memcpy_async(&room[round % stages][i], &in[round * threads + i], sizeof(int), pipe);
        }
        pipe.producer_commit();
      } else {
        pipe.consumer_wait();
        sum += room[round % stages][threads - 1 - threadIdx.x] * (int)(round + 1);
        pipe.consumer_release();
      }
    }
  }
  out[threadIdx.x] = sum;
}

static int wrong;
static void check(const char *what, int thread, int got, int expected) {
  if (got != expected && wrong++ < 10) {
    printf("%s, thread %d: %d, expected %d\n", what, thread, got, expected);
  }
}

int main() {
  int *in, *out;
  cudaMallocManaged(&in, rounds * threads * sizeof(int));
  cudaMallocManaged(&out, 4 * threads * sizeof(int));
  for (int i = 0; i < (int)(rounds * threads); i++) {
    in[i] = i * 31 % 257;
  }
  by_one_thread<<<1, threads>>>((const float4 *)in, (float4 *)out);
  cudaDeviceSynchronize();
  for (int i = 0; i < (int)threads; i++) {
    check("one thread", i, out[4 * i], in[4 * (threads - 1 - i)]);
  }
  by_a_barrier<<<1, threads>>>(in, out);
  cudaDeviceSynchronize();
  for (int i = 0; i < (int)threads; i++) {
    check("a barrier", i, out[i], in[threads - 1 - i]);
  }
  for (int producers = 0; producers <= 32; producers += 32) {
    if (producers) {
      by_a_block<32><<<1, threads>>>(in, out);
    } else {
      by_a_block<0><<<1, threads>>>(in, out);
    }
    if (cudaDeviceSynchronize() != cudaSuccess) {
      wrong++;
    }
    for (int i = producers; i < (int)threads; i++) {
      int sum = 0;
      for (unsigned round = 0; round < rounds; round++) {
        sum += in[round * threads + threads - 1 - i] * (int)(round + 1);
      }
      check(producers ? "producers and consumers" : "a block", i, out[i], sum);
    }
  }
  puts(wrong ? "wrong" : "right");
  return wrong != 0;
}
