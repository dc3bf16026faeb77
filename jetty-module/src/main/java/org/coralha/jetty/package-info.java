/**
 * The module that is dropped into Jetty: {@link org.coralha.jetty.CoralConnectionFactory} is the
 * first in the connector's chain, {@link org.coralha.jetty.StartupCheck} refuses to start half
 * configured.
 */
package org.coralha.jetty;
