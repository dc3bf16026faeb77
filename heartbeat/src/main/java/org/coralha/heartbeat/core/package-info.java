/**
 * The pure decision core: who serves, and in which order the effects happen. No IO, no clock, no
 * threads; time comes as an argument in nanoseconds. Called by one thread, the decision loop of the
 * shell, or by a simulation. An ArchUnit test keeps it so.
 */
package org.coralha.heartbeat.core;
