/**
 * Faults in the middle of observed work, and the table of what clients saw: the commands {@code
 * demo} and {@code failover-cost}.
 */
package org.coralha.drill.demo;
