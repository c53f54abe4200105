//! Settings: asked of the client, sent by it, read from `warplens.toml`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::MainLoop;
use crate::client::{Expected, Severity};
use crate::config::{FileSettings, Settings};
use crate::event::Event;

impl MainLoop {
    pub(super) fn ask_for_configuration(&mut self) {
        if self.abilities.configuration {
            let params = json!({"items": [{"section": "warplens"}]});
            self.client.ask("workspace/configuration", params, Expected::Configuration);
        }
    }

    /// What the client answered; `null` leaves things as they are.
    pub(super) fn configuration_answer(&mut self, answer: &Value) {
        if let Some(section) = answer.get(0).filter(|v| !v.is_null()) {
            self.use_settings(section);
        }
    }

    /// Older clients send the settings along, newer ones want to be asked.
    pub(super) fn configuration_changed(&mut self, params: &Value) {
        match params.pointer("/settings/warplens") {
            Some(section) if !section.is_null() => self.use_settings(&section.clone()),
            _ => self.ask_for_configuration(),
        }
    }

    fn use_settings(&mut self, section: &Value) {
        let new = match Settings::from_json(section) {
            Ok(new) => new,
            Err(sentence) => {
                self.client.show(Severity::Warning, &sentence);
                return;
            }
        };
        let old = std::mem::replace(&mut self.settings, Arc::new(new));
        if *old == *self.settings {
            return;
        }
        if old.clangd != self.settings.clangd {
            self.restart_clangd();
        }
        if old.device != self.settings.device {
            self.read_file_settings();
        }
        if old.deep != self.settings.deep {
            self.deep.cancel_all();
        }
        if self.abilities.refreshes_lenses {
            self.client.ask("workspace/codeLens/refresh", Value::Null, Expected::Nothing);
        }
        if self.abilities.refreshes_hints {
            self.client.ask("workspace/inlayHint/refresh", Value::Null, Expected::Nothing);
        }
    }

    /// Have the roots' `warplens.toml` read on a worker.
    pub(super) fn read_file_settings(&self) {
        let roots = self.workspace.roots.clone();
        let device = self.settings.device.clone();
        let events = self.events.clone();
        tokio::task::spawn_blocking(move || {
            let settings = FileSettings::read(&roots, device.as_deref());
            let _ = events.send(Event::Settings(Arc::new(settings)));
        });
    }

    /// They were read: everything may look different now.
    pub(super) fn use_file_settings(&mut self, settings: Arc<FileSettings>) {
        for sentence in settings.complaints() {
            self.client.show(Severity::Warning, sentence);
        }
        self.file_settings = settings;
        self.analyse_all();
    }
}
