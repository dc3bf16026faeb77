/** What the pair costs beside a plain Jetty on the same machine and the same network. */
package org.coralha.drill.bench;
