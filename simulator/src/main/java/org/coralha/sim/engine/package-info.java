/** Time and chance of a simulation: what happens next, and what it rolls. */
package org.coralha.sim.engine;
