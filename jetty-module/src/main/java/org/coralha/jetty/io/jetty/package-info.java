/**
 * Connections of the pair inside Jetty. The only package, besides the factory in the root package,
 * that knows Jetty.
 */
package org.coralha.jetty.io.jetty;
