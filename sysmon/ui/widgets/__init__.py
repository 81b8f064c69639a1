"""What pages are made of. Each widget draws a frozen value of `sysmon.viewmodels` and knows no page."""
