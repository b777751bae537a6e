"""From an exercise to its solution, stage by stage; ``solve.solve`` lists the stages."""
