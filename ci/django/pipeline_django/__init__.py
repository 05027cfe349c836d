"""What the generic image adds to a Django application that was written for development. See rules/ for the rules."""
