"""Frames and addresses: moves bytes, and knows neither documents nor messages."""
