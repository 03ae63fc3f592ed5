//! The grammar of United Kingdom postcodes.
