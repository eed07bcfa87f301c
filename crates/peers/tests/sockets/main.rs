//! Both ends of the speech between providers on real sockets, with real certificates, and with the programs that operators
//! try them with.

#[cfg(test)]
mod answering;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod directories;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod strangers;
