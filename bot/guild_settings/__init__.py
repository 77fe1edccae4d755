"""What a server's admins choose: ``/settings``."""
