//! The whole of Postbag, tried from outside. There is no code in this crate but tests and benchmarks.
//!
//! `system/` is one test binary. Its tests build the real program and start its roles as processes, on databases,
//! brokers and folders of their own: `support.rs` makes them and takes them away again. A service that is missing
//! makes a test fail; nothing is skipped.
//!
//! PostgreSQL is expected at `POSTBAG_TEST_POSTGRES` (default `postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test`; databases may
//! be created there), RabbitMQ at `POSTBAG_TEST_AMQP` (default `amqp://guest:guest@127.0.0.1:5672/%2f`).
