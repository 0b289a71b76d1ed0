"""E-mail: letters fetched by IMAP and kept before they are read, answers sent by SMTP."""
