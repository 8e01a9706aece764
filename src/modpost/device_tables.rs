//! `MODULE_DEVICE_TABLE`: from the bytes of a table to the aliases that modprobe looks up.
