"""rules.toml → checked rules: reading, what is in force in a month, and the plan of that month."""
