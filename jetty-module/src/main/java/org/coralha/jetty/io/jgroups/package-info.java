/**
 * The reply log's network: one JGroups channel between the two hosts. The only package that knows
 * JGroups.
 */
package org.coralha.jetty.io.jgroups;
