"""Plan + households → results. `evaluate` traces one household exactly; `rows` compiles the plan and runs many."""
