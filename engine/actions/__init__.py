"""What users do with releases: decide purely (a Plan), then execute it."""
