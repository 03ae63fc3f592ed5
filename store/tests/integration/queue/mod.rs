//! The conformance suite of the queue, and what only a broker can do.

mod broker;
mod conformance;
mod proxy;
