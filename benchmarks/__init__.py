"""What `make bench` runs. Every figure is a ratio taken within one run, with rounds interleaved."""
