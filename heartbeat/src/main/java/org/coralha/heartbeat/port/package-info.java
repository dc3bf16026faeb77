/**
 * What the decision loop needs from the outside world, beside {@link org.coralha.kernel.DataPlane}.
 * All methods are called on the decision thread and must return at once, except for the disk.
 */
package org.coralha.heartbeat.port;
