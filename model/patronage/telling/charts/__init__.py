"""Charts: pure functions from a story to an ECharts option. No browser, no session, nothing computed anew."""
