/**
 * Drives the lab through its verbs ({@code ./coral lab ...}), starts clients and captures inside
 * its networks. One controlling thread.
 */
package org.coralha.drill.lab;
