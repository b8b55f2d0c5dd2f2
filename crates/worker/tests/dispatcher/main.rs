//! Who gets the next customer, from the widget to the agent's offer, over rows, dispatcher
//! and HTTP. Time stands still until it is moved.

mod customers;
mod floor;
mod nodes;
mod offers;
mod order;
mod visitors;
