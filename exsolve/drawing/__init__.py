"""Pictures of a solution: data, and how it is drawn on a terminal and as SVG."""
