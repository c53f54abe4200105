//! Expected results: reading buffers back and comparing.

use std::collections::BTreeMap;

use super::{Placed, SessionError};
use crate::backend::Machine;
use crate::launch_file::bind::rounded;
use crate::launch_file::element::Element;
use crate::launch_file::expect::compare;
use crate::launch_file::{Expect, LaunchFile, LaunchFileError, LaunchSpec, Want};
use crate::report::{Checks, FailedCheck};

/// Checks a launch's expectations and adds what came out to `checks`.
pub fn check(
    machine: &dyn Machine,
    file: &LaunchFile,
    spec: &LaunchSpec,
    buffers: &BTreeMap<String, Placed>,
    checks: &mut Checks,
) -> Result<(), SessionError> {
    for expect in &spec.expect {
        let error =
            |message: String, help: &str| LaunchFileError::new(&file.path, expect.line, message, help);
        let element = file.buffer(&expect.buffer).map_or(Element::F32, |b| b.element);
        let read = |name: &str| {
            let place = buffers.get(name).copied().unwrap_or(Placed { address: 0, bytes: 0 });
            let mut bytes = vec![0; place.bytes as usize];
            machine
                .read(place.address, &mut bytes)
                .map(|()| bytes)
                .map_err(|why| error(format!("buffer `{name}` cannot be read: {why}"), "report this"))
        };
        let mut got = read(&expect.buffer)?;
        let want = wanted(file, expect, element, &read)?;
        let elements = (got.len() / element.size()) as u64;
        let compared = match (expect.len, &want) {
            (Some(len), _) => len,
            (None, Wanted::Bytes(bytes)) if matches!(expect.want, Want::Values(_)) => {
                (bytes.len() / element.size()) as u64
            }
            (None, _) => elements,
        };
        let available = match &want {
            Wanted::All(_) => elements,
            Wanted::Bytes(bytes) => (bytes.len() / element.size()) as u64,
        };
        if compared > elements || compared > available {
            let message = format!(
                "{compared} elements are to be compared, but `{}` has {elements} and the wanted result {available}",
                expect.buffer
            );
            return Err(error(message, "set len to what both have").into());
        }
        got.truncate(compared as usize * element.size());
        let size = element.size();
        let at = |i: usize| match &want {
            Wanted::All(value) => *value,
            Wanted::Bytes(bytes) => {
                element.decode(bytes.get(i * size..).unwrap_or_default().get(..size).unwrap_or_default())
            }
        };
        match compare(&expect.buffer, element, &got, at, expect.tolerance) {
            None => checks.passed += 1,
            Some(mismatch) => checks.failed.push(FailedCheck {
                kernel: spec.kernel.clone(),
                line: expect.line,
                message: mismatch.to_string(),
            }),
        }
    }
    Ok(())
}

enum Wanted {
    All(crate::launch_file::element::Number),
    Bytes(Vec<u8>),
}

fn wanted(
    file: &LaunchFile,
    expect: &Expect,
    element: Element,
    read: &dyn Fn(&str) -> Result<Vec<u8>, LaunchFileError>,
) -> Result<Wanted, LaunchFileError> {
    Ok(match &expect.want {
        Want::Constant(value) => Wanted::All(rounded(element, *value)),
        Want::Values(values) => {
            let mut bytes = Vec::new();
            for value in values {
                let encoded = element.encode(*value, &mut bytes);
                encoded
                    .map_err(|why| LaunchFileError::new(&file.path, expect.line, why, "change the value"))?;
            }
            Wanted::Bytes(bytes)
        }
        Want::File(path) => {
            let path = file.folder().join(path);
            Wanted::Bytes(std::fs::read(&path).map_err(|e| {
                let message = format!("cannot read {}: {e}", path.display());
                LaunchFileError::new(
                    &file.path,
                    expect.line,
                    message,
                    "paths are relative to the launch file",
                )
            })?)
        }
        Want::Reference(name) => Wanted::Bytes(read(name)?),
    })
}
