"""What stands between an exercise that was read and its graph: what kinds use and answer."""
