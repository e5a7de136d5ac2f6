// Names that an option record tells: of interfaces, VRFs and applications; and what else it says of the exporter.

import type { DomainFacts } from '../../flow/exporter.ts';
import type { FactWriter } from './fact-writer.ts';
import { INGRESS_INTERFACE, type OptionValues } from './options.ts';

const EGRESS_INTERFACE = 14;
const INGRESS_PHYSICAL_INTERFACE = 252;
const EGRESS_PHYSICAL_INTERFACE = 253;
const INTERFACE_NAME = 82;
const INTERFACE_DESCRIPTION = 83;
const APPLICATION_DESCRIPTION = 94;
const APPLICATION_ID = 95;
const APPLICATION_NAME = 96;
const EXPORTER_IPV4 = 130;
const EXPORTER_IPV6 = 131;
const SYSTEM_INIT_TIME = 160;
const INGRESS_VRF = 234;
const EGRESS_VRF = 235;
const VRF_NAME = 236;

/** Whatever way an interface is stated, its index is the device's. */
export const INTERFACE_IDS: readonly number[] = [
  INGRESS_INTERFACE,
  EGRESS_INTERFACE,
  INGRESS_PHYSICAL_INTERFACE,
  EGRESS_PHYSICAL_INTERFACE,
];
const VRF_IDS: readonly number[] = [INGRESS_VRF, EGRESS_VRF];

export function learnNames(values: OptionValues, facts: DomainFacts, writer: FactWriter): void {
  const interfaceName = values.text(INTERFACE_NAME);
  const interfaceDescription = values.text(INTERFACE_DESCRIPTION);
  if (interfaceName !== undefined || interfaceDescription !== undefined) {
    for (const index of values.numbers(INTERFACE_IDS)) {
      if (interfaceName !== undefined) writer.set(facts.interfaceNames, index, interfaceName);
      if (interfaceDescription !== undefined) writer.set(facts.interfaceDescriptions, index, interfaceDescription);
    }
  }
  const vrfName = values.text(VRF_NAME);
  if (vrfName !== undefined) for (const vrf of values.numbers(VRF_IDS)) writer.set(facts.vrfNames, vrf, vrfName);
  const application = values.text(APPLICATION_ID);
  const applicationName = values.text(APPLICATION_NAME) ?? values.text(APPLICATION_DESCRIPTION);
  if (application !== undefined && applicationName !== undefined) {
    writer.set(facts.applicationNames, application, applicationName);
  }
  const initMs = values.number(SYSTEM_INIT_TIME) ?? facts.systemInitMs;
  const exporterIp = address(values, EXPORTER_IPV4) ?? address(values, EXPORTER_IPV6) ?? facts.exporterIp;
  if (initMs !== facts.systemInitMs || exporterIp !== facts.exporterIp) writer.news++;
  facts.systemInitMs = initMs;
  facts.exporterIp = exporterIp;
}

/** Exporters fill the address of the other version with zeros. */
function address(values: OptionValues, id: number): string | undefined {
  const text = values.text(id);
  return text === '0.0.0.0' || text === '::' ? undefined : text;
}
