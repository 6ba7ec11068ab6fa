"""What SQLAlchemy code means: mapped classes, what locals hold, and what runs a query per row."""
