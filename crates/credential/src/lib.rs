//! Who somebody is: SD-CWT credentials for pseudonyms and accounts.
