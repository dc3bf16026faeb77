/**
 * The rules of the module without IO, threads or clock: what a record says, what is held, what the
 * backup keeps, and what a promoted flow writes and replays. Callers bring time and locks.
 */
package org.coralha.jetty.core;
