"""What is measured on data that lies outside the project."""
