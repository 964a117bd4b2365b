//! Plans, and what a probe found in a form that tests compare.

use std::io;
use std::sync::Mutex;

use probe::{
    CreatePlan, Mark, OriginalKeeper, ProbePlan, ProbeReport, ProbeTransport, VersionSource, WriteMethod, run_probe,
};

/// Keeps the original in memory.
#[derive(Default)]
pub(crate) struct MemoryKeeper(Mutex<Option<Vec<u8>>>);

impl MemoryKeeper {
    pub(crate) fn kept(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap().clone()
    }
}

impl OriginalKeeper for MemoryKeeper {
    fn keep(&self, original: &[u8]) -> io::Result<()> {
        *self.0.lock().unwrap() = Some(original.to_vec());
        Ok(())
    }

    fn drop_original(&self) {
        *self.0.lock().unwrap() = None;
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

/// Returns a plan that writes.
pub(crate) fn plan(url: &str) -> ProbePlan {
    ProbePlan {
        url: url.parse().unwrap(),
        writes: true,
        method: WriteMethod::Put,
        body: None,
        create: None,
        version: VersionSource::EntityTag,
        max_requests: 2000,
        first_number: 731_000_000,
    }
}

/// Returns a plan that also creates and deletes.
pub(crate) fn plan_with_scratch(url: &str, create: &str) -> ProbePlan {
    ProbePlan { create: Some(CreatePlan { url: create.parse().unwrap() }), ..plan(url) }
}

pub(crate) async fn run(plan: &ProbePlan, transport: &dyn ProbeTransport) -> ProbeReport {
    run_probe(plan, transport, &MemoryKeeper::default(), &|_| {}, &|| false).await.unwrap()
}

/// Returns the checks that are weak (`!name`) or wrong (`✗name`), in the order of the table.
pub(crate) fn faults(report: &ProbeReport) -> Vec<String> {
    let not_right = report.findings.iter().filter(|finding| matches!(finding.mark, Mark::Weak | Mark::Wrong));
    not_right.map(|finding| format!("{}{}", finding.mark.sign(), finding.check().name)).collect()
}

/// Returns the checks that were not asked, each with the reason.
pub(crate) fn not_asked(report: &ProbeReport) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.mark == Mark::NotAsked);
    findings.map(|finding| format!("{}: {}", finding.check().name, finding.says)).collect()
}
