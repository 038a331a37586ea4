"""What each column is sent as: the page, its forms, its parts."""
