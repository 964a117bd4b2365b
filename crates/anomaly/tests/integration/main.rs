//! The contract of the detector: which anomalies are found, and which are not.

mod blind_retries;
mod lost_updates;
mod properties;
mod reports;
mod simulation;
mod tags;
mod wire;
