/** @file The type of the import rules, for the test that checks them. */
import type { IConfiguration } from 'dependency-cruiser';

declare const configuration: IConfiguration;
export default configuration;
