//! Every endpoint through the whole router, on a fresh database in memory: what it does for an honest browser, and what
//! a malicious one gets.

#[cfg(test)]
mod consent;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod found;
#[cfg(test)]
mod harness;
mod in_order;
#[cfg(test)]
mod join;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod material;
#[cfg(test)]
mod net;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod registration;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod tokens;
