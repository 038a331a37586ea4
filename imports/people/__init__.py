"""What is asked about a person whose rows the portal holds, or held: where they came from, and that they be removed."""
