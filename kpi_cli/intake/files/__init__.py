"""Files on disk, at URLs or in archives -> their header and blocks of whole records, as they are written."""
