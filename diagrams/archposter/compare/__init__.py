"""Several Archs -> what differs: layers aligned by kind, every difference typed, both values kept."""
