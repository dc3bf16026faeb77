/** Soak cases that last: many failovers in a row, and load without any fault. */
package org.coralha.drill.endurance;
