"""The help centre's public pages: read without a cookie, a script or an account."""
