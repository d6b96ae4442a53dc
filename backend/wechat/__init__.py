"""WeChat's server API: a thin client, its token store, and a simulator that is a server of its own."""
