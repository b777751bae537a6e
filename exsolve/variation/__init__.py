"""Other exercises of the same form: values are drawn, held to conditions, and written as YAML."""
