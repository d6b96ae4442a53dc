"""Feedback: 随手拍, 微管家, 通告栏 and satisfaction."""
