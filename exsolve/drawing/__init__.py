"""Pictures of a solution: data, and how it is drawn on a terminal, as SVG and as TikZ."""
