//! What the programs of this package share: the files for administrations, which are made from core's table of keys, and
//! what is told of a machine's policy.

pub mod policies;
pub mod report;
